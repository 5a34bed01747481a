package dev.logikids.database.invite;

import static dev.logikids.database.postgresql.Statement.INVITE_DELETE;
import static dev.logikids.database.postgresql.Statement.INVITE_FIND;
import static dev.logikids.database.postgresql.Statement.INVITE_INSERT;
import static dev.logikids.database.postgresql.Statement.INVITE_LIST;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** The statements on {@code invite_codes}, each in its caller's transaction. */
@ApplicationScoped
class InviteRepository {

    Uni<Optional<InviteRow>> find(SqlConnection connection, String code) {
        return INVITE_FIND
                .execute(connection, """
                        SELECT code, created_at, expires_at, note, used_by
                        FROM invite_codes
                        WHERE code = $1
                        """, Tuple.of(code))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(InviteRow::of)
                        .findFirst());
    }

    Uni<List<InviteRow>> list(SqlConnection connection) {
        return INVITE_LIST
                .execute(connection, """
                        SELECT code, created_at, expires_at, note, used_by
                        FROM invite_codes
                        ORDER BY created_at DESC, code
                        """)
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(InviteRow::of)
                        .toList());
    }

    Uni<Void> insert(SqlConnection connection, InviteRow invite) {
        return INVITE_INSERT
                .execute(
                        connection,
                        """
                        INSERT INTO invite_codes (code, created_at, expires_at, note)
                        VALUES ($1, $2, $3, $4)
                        """,
                        Tuple.of(
                                invite.code(),
                                invite.createdAt(),
                                invite.expiresAt(),
                                invite.note().orElse(null)))
                .replaceWithVoid();
    }

    /** Removes a code; the foreign key of {@code user_accounts} protects one that an account uses. */
    Uni<Boolean> delete(SqlConnection connection, String code) {
        return INVITE_DELETE
                .execute(connection, "DELETE FROM invite_codes WHERE code = $1", Tuple.of(code))
                .map(result -> result.rowCount() > 0);
    }
}
