"""What takes the place of a text recipe's files where an encoder is pretrained."""
