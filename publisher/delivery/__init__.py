"""From a digest to mail: `message` makes the bytes; sending joins it here."""
