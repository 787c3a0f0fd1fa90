"""What protects people: the guard before the first durable write, masking, the vault, and their judge."""
