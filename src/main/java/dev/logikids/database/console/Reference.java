package dev.logikids.database.console;

import java.util.Optional;

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
}
