"""What the cloud tells about itself."""
