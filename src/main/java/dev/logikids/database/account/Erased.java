package dev.logikids.database.account;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.vertx.mutiny.sqlclient.Row;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** How many rows of each table were removed with an account. */
@JsonNaming(SnakeCaseStrategy.class)
@RegisterForReflection
@Schema(examples = """
        {"user_sync_data": 1, "refresh_tokens": 3, "user_accounts": 1}
        """)
public record Erased(int userSyncData, int refreshTokens, int userAccounts) {

    static Erased of(int userSyncData, Row row) {
        return new Erased(userSyncData, row.getInteger("refresh_tokens"), row.getInteger("user_accounts"));
    }

    Erased plus(Erased other) {
        return new Erased(
                userSyncData + other.userSyncData,
                refreshTokens + other.refreshTokens,
                userAccounts + other.userAccounts);
    }
}
