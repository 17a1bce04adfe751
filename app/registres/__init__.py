"""The official registers (*Open Data*): what their files say, whole, as of their own date."""
