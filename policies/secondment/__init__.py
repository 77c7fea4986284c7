"""The editions of 出向者受入制度: their sections, their sites, and what has to agree between them."""
