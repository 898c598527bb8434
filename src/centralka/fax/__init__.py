"""Faxes as the engine receives them (TIFF), made into what people read: a PDF, and a picture of each page."""
