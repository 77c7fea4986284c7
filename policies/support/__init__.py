"""The editions of 高度外国人材 伴走型支援: their sections, and what has to agree between them."""
