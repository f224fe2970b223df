"""The rules of the house: who may do what to which record, and when."""
