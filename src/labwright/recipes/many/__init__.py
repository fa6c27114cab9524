"""What takes the lists of files out of dataloader.py where they are long."""
