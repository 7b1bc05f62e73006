ARG BASE
FROM ${BASE}
CMD ["serve"]
