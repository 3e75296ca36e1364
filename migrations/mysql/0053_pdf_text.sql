-- file_content.pdf_text: the text that was taken out of a PDF, with how many pages it has, and how many of them without text;
-- NULL as long as nobody wanted it, and for any other type.
ALTER TABLE file_content ADD COLUMN pdf_text LONGTEXT;
ALTER TABLE file_content ADD COLUMN pdf_pages BIGINT;
ALTER TABLE file_content ADD COLUMN pdf_blank_pages BIGINT;
