--- case: layout_crlf (CRLF)
CREATE TABLE a (
  x int,
  y text DEFAULT 'one
two'
);
-- comment
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$
  SELECT 'a'
    'b';
$$;
INSERT INTO a VALUES (1, f());
--- case: layout_crlf_error (CRLF)
CREATE TABLE a (x int);

INSERT INTO a
VALUES (
  no_such_column);
--- fails: 42703 line 5
--- case: layout_cr_only (CR)
CREATE TABLE a (x int);
INSERT INTO a VALUES (1);
--- case: layout_byte_order_mark (BOM)
CREATE TABLE a (x int);
INSERT INTO a VALUES (1);
--- case: layout_byte_order_mark_and_header (BOM)
-- Migration: Adds a
-- Description: What it is for; in words
-- Date: 2026-11-25

CREATE TABLE a (x int);
--- case: layout_byte_order_mark_inside
CREATE TABLE a (x int);
﻿CREATE TABLE b (x int);
--- refused: .sql:2: syntax-error
--- case: layout_no_final_newline (no newline)
CREATE TABLE a (x int);
CREATE TABLE b (x int)
--- case: layout_ends_with_comment (no newline)
CREATE TABLE a (x int); -- the end
--- case: layout_ends_with_block_comment (no newline)
CREATE TABLE a (x int); /* the end */
--- case: layout_statement_without_semicolon_then_comment
CREATE TABLE a (x int)
-- nothing follows; really
/* nothing */
--- case: layout_form_feeds
CREATE TABLE a (x int);

CREATE TABLEb (xint);
--- case: layout_vertical_tab
CREATE TABLE a (x int);
CREATE TABLEb (x int);
--- fails: 42601 line 2
--- case: layout_tabs_and_blanks
	CREATE	TABLE	a	(	x	int	)	;	   
   INSERT   INTO a
	VALUES	(1)	;	   
--- case: layout_no_break_space
CREATE TABLE a (x int);
CREATE TABLE b (x int);
--- refused: .sql:2: syntax-error
--- case: layout_only_comments
-- A retired file: what was here is in 003.

/* Nothing left.
   Really; nothing. */
--- case: layout_only_blanks



--- refused: blank-file
--- case: layout_only_semicolons
;;
 ;
--- case: layout_header
-- Migration: Adds a
-- Description: What it is for
-- Date: 2026-11-25

CREATE TABLE a (x int);
--- case: layout_header_in_block_comment
/*
 * Adds a; whatever that is.
 */
CREATE TABLE a (x int);
--- case: layout_separator_lines
-- ==========================================
-- Part one
-- ------------------------------------------
CREATE TABLE a (x int);
-----------------------
CREATE TABLE b (x int); --;
--- case: layout_comments_at_odd_places
CREATE /* table; */ TABLE -- a;
/**/ a /* ( */ ( -- x
x /* int */ int -- )
, /* y */ y int) -- ;
; -- end
INSERT/**/INTO/**/a/**/VALUES/*;*/(1,/* ' */2/* " */);
--- case: layout_comments_nested
/* 1 /* 2 /* 3; */ */ ; */
CREATE TABLE a (x int); /* a /* b */ '; */
CREATE TABLE b (x int); /***/ /*/**/*/
--- case: layout_comment_with_quotes
-- don't
CREATE TABLE a (x int); -- "open
/* it's $$ open */ CREATE TABLE b (x int);
-- $tag$ E'\'
CREATE TABLE c (x int);
--- case: layout_comment_before_first_statement_line
-- one

/* two
   three */ CREATE TABLE a (x int); -- four

-- five
CREATE TABLE
a (x int);
--- fails: 42P07 line 7
--- case: layout_error_in_last_line (no newline)
CREATE TABLE a (x int);
SELECT 1
FROM nowhere
--- fails: 42P01 line 3
--- case: layout_error_second_on_line
CREATE TABLE a (x int); CREATE TABLE b (x int); SELECT nothing; CREATE TABLE c (x int);
--- fails: 42703 line 1
--- case: layout_error_after_long_string
CREATE TABLE a (x text);
INSERT INTO a VALUES ('1

3

5'), (error);
--- fails: 42703 line 6
--- case: layout_error_after_umlauts
CREATE TABLE a (x text);
INSERT INTO a VALUES ('ääää 🐘🐘
öööö 🐘'),
  (error);
--- fails: 42703 line 4
--- case: layout_windows_1252 (ISO-8859-1)
CREATE TABLE a (x text DEFAULT 'Größe');
--- refused: UTF-8
--- case: layout_utf_16 (UTF-16)
CREATE TABLE a (x text);
--- refused: UTF-8
--- case: layout_null_character
CREATE TABLE a (x int);
INSERT INTO a VALUES (1); -- a character that is no text: ␀
--- refused: .sql:2: encoding
