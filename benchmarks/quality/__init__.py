"""How well statements and copies are found, on public sets and on planted ones."""
