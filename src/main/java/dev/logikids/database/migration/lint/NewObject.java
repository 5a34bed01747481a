package dev.logikids.database.migration.lint;

import java.util.List;
import java.util.Locale;

/** What CREATE makes, up to its name. */
record NewObject(
        String kind,
        String name,
        boolean replaces,
        boolean ifNotExists,
        boolean temporary,
        boolean unique,
        boolean constraint,
        boolean concurrently) {

    private static final List<String> KINDS_OF_SEVERAL_WORDS =
            List.of(("MATERIALIZED VIEW,FOREIGN TABLE,FOREIGN DATA WRAPPER,EVENT TRIGGER,ACCESS METHOD,USER MAPPING,"
                            + "OPERATOR CLASS,OPERATOR FAMILY,TEXT SEARCH CONFIGURATION,TEXT SEARCH DICTIONARY,"
                            + "TEXT SEARCH PARSER,TEXT SEARCH TEMPLATE")
                    .split(","));

    /** Reads what follows CREATE. */
    static NewObject read(SqlCursor statement) {
        boolean replaces = statement.accept("OR", "REPLACE");
        boolean temporary = false;
        boolean constraint = false;
        boolean unique = false;
        while (statement.seesAny(
                "GLOBAL", "LOCAL", "TEMP", "TEMPORARY", "UNLOGGED", "RECURSIVE", "UNIQUE", "TRUSTED", "CONSTRAINT")) {
            temporary |= statement.seesAny("TEMP", "TEMPORARY");
            constraint |= statement.sees("CONSTRAINT");
            unique |= statement.sees("UNIQUE");
            statement.next();
        }
        String kind = kind(statement);
        boolean concurrently = statement.accept("CONCURRENTLY");
        boolean ifNotExists = statement.accept("IF", "NOT", "EXISTS");
        String name = statement.sees("ON") ? "" : statement.name();
        return new NewObject(kind, name, replaces, ifNotExists, temporary, unique, constraint, concurrently);
    }

    /** Reads the kind of an object in capitals, such as TABLE. */
    static String kind(SqlCursor statement) {
        for (String kind : KINDS_OF_SEVERAL_WORDS) {
            if (statement.accept(kind.split(" "))) {
                return kind;
            }
        }
        return statement.atEnd() ? "" : statement.next().text().toUpperCase(Locale.ROOT);
    }
}
