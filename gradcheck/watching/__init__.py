"""Pages that stay up to date: files are watched, and what is made of them is served to a browser on this machine."""
