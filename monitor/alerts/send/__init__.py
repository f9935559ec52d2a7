"""Talking to the servers of the channels; every outcome is a `SendResult`, never an exception, and never shows a secret."""
