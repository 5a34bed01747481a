package dev.logikids.database.config;

import java.nio.file.Path;

/** Gives dev mode a PostgreSQL server when DATABASE_URL names none. */
public final class DevelopmentDatabase {

    private DevelopmentDatabase() {}

    public static void startIfNeeded() throws Exception {
        if (System.getenv("DATABASE_URL") == null && System.getProperty("DATABASE_URL") == null) {
            System.setProperty("DATABASE_URL", EmbeddedPostgreSql.start(Path.of(".data", "postgresql")));
        }
    }
}
