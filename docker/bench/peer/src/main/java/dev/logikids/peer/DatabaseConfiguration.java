package dev.logikids.peer;

import static io.r2dbc.spi.ConnectionFactoryOptions.CONNECT_TIMEOUT;
import static io.r2dbc.spi.ConnectionFactoryOptions.LOCK_WAIT_TIMEOUT;
import static io.r2dbc.spi.ConnectionFactoryOptions.STATEMENT_TIMEOUT;

import io.r2dbc.spi.ConnectionFactoryOptions;
import java.net.URI;
import java.time.Duration;
import org.flywaydb.core.Flyway;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** DATABASE_URL for R2DBC and, while Flyway runs, for JDBC. */
@Configuration
class DatabaseConfiguration {

    @Bean
    R2dbcConnectionDetails r2dbcConnectionDetails(PeerProperties properties) {
        String url = "r2dbc:" + properties.databaseUrl().toString().replace("sslmode=", "sslMode=");
        // the bounds of the service
        ConnectionFactoryOptions options = ConnectionFactoryOptions.parse(url)
                .mutate()
                .option(CONNECT_TIMEOUT, Duration.ofSeconds(3))
                .option(LOCK_WAIT_TIMEOUT, Duration.ofSeconds(3))
                .option(STATEMENT_TIMEOUT, Duration.ofSeconds(8))
                .build();
        return () -> options;
    }

    @Bean(initMethod = "migrate")
    Flyway flyway(PeerProperties properties) {
        URI url = properties.databaseUrl();
        String[] user = url.getUserInfo().split(":", 2);
        String jdbcUrl = "jdbc:" + url.toString().replace(url.getRawUserInfo() + "@", "");
        return Flyway.configure()
                .dataSource(jdbcUrl, user[0], user.length > 1 ? user[1] : null)
                // the files are named 000_schema_migrations.sql, not V000__schema_migrations.sql
                .sqlMigrationPrefix("")
                .sqlMigrationSeparator("_")
                // a database that the service has migrated is complete
                .baselineOnMigrate(true)
                .baselineVersion("999")
                .load();
    }
}
