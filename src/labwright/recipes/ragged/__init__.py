"""What recipes have in common whose rows differ in length."""
