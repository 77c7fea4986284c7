"""A reporting consumer that knows nothing but the topics and the committed JSON Schemas."""
