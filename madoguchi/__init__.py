"""The command line of Madoguchi (窓口), and the rehearsal of a whole cycle on a moved clock."""
