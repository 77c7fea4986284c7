"""The published language of Madoguchi: the values and events that services, forms and reporting share."""
