package dev.logikids.database.console;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.core.Response;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a link or a form of the pages leads to. It is sealed, for it names an account, an invite or a note; and a reference of one
 * kind is none of another.
 */
enum Reference {
    INVITE,
    INVITE_LIST,
    INVITE_CARDS,
    ACCOUNT,
    ACCOUNT_LIST;

    String seal(ConsolePage page, String text) {
        return page.reference(name() + " " + text);
    }

    /** Returns the text; empty if it is no such reference of this session. */
    Optional<String> open(ConsolePage page, String reference) {
        String beginning = name() + " ";
        return Optional.ofNullable(reference)
                .flatMap(page::dereference)
                .filter(text -> text.startsWith(beginning))
                .map(text -> text.substring(beginning.length()));
    }

    /** Answers with what the text leads to; if it is no such reference of this session, leads to that list, which says so. */
    Uni<Response> follow(ConsolePage page, String reference, String list, Function<String, Uni<Response>> content) {
        return open(page, reference)
                .map(content)
                .orElseGet(() -> Uni.createFrom()
                        .item(page.redirect(
                                list,
                                Notice.failed(page.messages(PagesMessages.class).staleReference()))));
    }
}
