-- product embeddings of the AI services
CREATE EXTENSION IF NOT EXISTS vector;
