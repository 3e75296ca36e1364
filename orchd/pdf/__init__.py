"""Texts of PDFs, for worker processes; the door names what they take and give."""

from orchd.pdf.text import PdfText, pdf_text, pdf_text_of_data

__all__ = ["PdfText", "pdf_text", "pdf_text_of_data"]
