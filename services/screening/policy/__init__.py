"""Pure decisions of screening, each named after its clause."""
