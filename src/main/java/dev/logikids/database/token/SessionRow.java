package dev.logikids.database.token;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A live session: a login and all refresh tokens that followed from it. Times are ms since epoch.
 *
 * @param expiresAt when it ends unless it is used before
 */
@JsonNaming(SnakeCaseStrategy.class)
@RegisterForReflection
@Schema(examples = """
        {"id": 42, "created_at": 1767225600000, "expires_at": 1798761600000, "last_used_at": 1767229200000}
        """)
public record SessionRow(long id, long createdAt, long expiresAt, long lastUsedAt) {

    static SessionRow of(Row row) {
        return new SessionRow(
                row.getLong("id"), row.getLong("created_at"), row.getLong("expires_at"), row.getLong("last_used_at"));
    }
}
