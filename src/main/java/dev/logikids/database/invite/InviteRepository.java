package dev.logikids.database.invite;

import static dev.logikids.database.postgresql.Statement.INVITE_DELETE;
import static dev.logikids.database.postgresql.Statement.INVITE_FIND;
import static dev.logikids.database.postgresql.Statement.INVITE_INSERT;
import static dev.logikids.database.postgresql.Statement.INVITE_LOCK;
import static dev.logikids.database.postgresql.Statement.INVITE_OF_CODES;
import static dev.logikids.database.postgresql.Statement.INVITE_PAGE;

import dev.logikids.database.postgresql.Database;
import dev.logikids.database.postgresql.Page;
import dev.logikids.database.postgresql.Page.Cursor;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The statements on {@code invite_codes}, each in its caller's transaction, unless it is all that a request needs. */
@ApplicationScoped
class InviteRepository {

    private static final String FIND = """
            SELECT code, created_at, expires_at, note, used_by
            FROM invite_codes
            WHERE code = $1
            """;

    private final Database database;

    InviteRepository(Database database) {
        this.database = database;
    }

    Uni<Optional<InviteRow>> find(String code) {
        return database.read(INVITE_FIND, FIND, Tuple.of(code)).map(InviteRepository::first);
    }

    /** As {@link #find(String)}, in the caller's transaction. */
    Uni<Optional<InviteRow>> find(SqlConnection connection, String code) {
        return INVITE_FIND.execute(connection, FIND, Tuple.of(code)).map(InviteRepository::first);
    }

    private static Optional<InviteRow> first(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(InviteRow.of(rows.iterator().next()));
    }

    /** In the order of the codes. */
    Uni<List<InviteRow>> find(SqlConnection connection, List<String> codes) {
        return INVITE_OF_CODES
                .execute(connection, """
                        SELECT code, created_at, expires_at, note, used_by
                        FROM invite_codes
                        WHERE code = ANY ($1::text[])
                        ORDER BY array_position($1::text[], code)
                        """, Tuple.of(codes.toArray(String[]::new)))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(InviteRow::of)
                        .toList());
    }

    /** Returns one row more than the page holds if there are more. */
    Uni<Page<InviteRow>> page(SqlConnection connection, InviteQuery query, long now) {
        String state = switch (query.filter()) {
            case ALL -> "$1::bigint IS NOT NULL";
            case OPEN -> "coalesce(used_by, '') = '' AND expires_at >= $1";
            case EXPIRED -> "coalesce(used_by, '') = '' AND expires_at < $1";
            case USED -> "coalesce(used_by, '') <> '' AND $1::bigint IS NOT NULL";
        };
        return INVITE_PAGE
                .execute(
                        connection,
                        """
                        SELECT code, created_at, expires_at, note, used_by
                        FROM invite_codes
                        WHERE %s
                          AND ($2::text IS NULL OR position(lower($2) IN lower(note)) > 0)
                          AND ($3::bigint IS NULL OR created_at < $3 OR (created_at = $3 AND code > $4))
                        ORDER BY created_at DESC, code
                        LIMIT $5
                        """.formatted(state),
                        Tuple.of(
                                now,
                                query.note().orElse(null),
                                query.after().map(Cursor::position).orElse(null),
                                query.after().map(Cursor::key).orElse(null),
                                query.size() + 1))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(InviteRow::of)
                        .toList())
                .map(rows -> Page.of(rows, query.size(), row -> new Cursor(row.createdAt(), row.code())));
    }

    /** Inserts the invites, apart from those whose code is taken already: returns these codes. */
    Uni<Set<String>> insert(SqlConnection connection, List<InviteRow> made) {
        InviteRow first = made.get(0);
        return INVITE_INSERT
                .execute(
                        connection,
                        """
                        INSERT INTO invite_codes (code, created_at, expires_at, note)
                        SELECT code, $2, $3, $4 FROM unnest($1::text[]) AS code
                        ON CONFLICT DO NOTHING
                        RETURNING code
                        """,
                        Tuple.of(
                                made.stream().map(InviteRow::code).toArray(String[]::new),
                                first.createdAt(),
                                first.expiresAt(),
                                first.note().orElse(null)))
                .map(rows -> {
                    Set<String> taken =
                            made.stream().map(InviteRow::code).collect(Collectors.toCollection(HashSet::new));
                    rows.forEach(row -> taken.remove(row.getString("code")));
                    return taken;
                });
    }

    /** Lets no account be made with the code until the transaction ends; returns whether there is such a code. */
    Uni<Boolean> lock(SqlConnection connection, String code) {
        return INVITE_LOCK
                .execute(connection, "SELECT code FROM invite_codes WHERE code = $1 FOR UPDATE", Tuple.of(code))
                .map(rows -> rows.size() > 0);
    }

    /** Removes a code that the caller has locked, unless an account was made with it. */
    Uni<Boolean> delete(SqlConnection connection, String code) {
        return INVITE_DELETE.execute(connection, """
                        DELETE FROM invite_codes
                        WHERE code = $1 AND NOT EXISTS (SELECT FROM user_accounts WHERE invite_code = $1)
                        """, Tuple.of(code)).map(result -> result.rowCount() > 0);
    }
}
