package dev.logikids.database.migration.script;

/**
 * One statement of a migration file.
 *
 * @param text the statement as written, without the closing semicolon and the blanks and comments around it
 * @param line the line of the file where the statement begins, counted from 1
 */
public record SqlStatement(String text, int line) {}
