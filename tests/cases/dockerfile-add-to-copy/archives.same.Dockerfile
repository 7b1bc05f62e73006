FROM scratch
ADD rootfs.tar.xz /
ADD a.tar b.tgz c.tar.gz d.tar.bz2 e.tbz2 f.txz g.tar.zst /opt/
add ["h i.tar", "/opt/"]
CMD ["/bin/sh"]
