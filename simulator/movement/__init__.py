"""What moves by itself: the autoscaler, auto-upgrades, publications, and other people."""
