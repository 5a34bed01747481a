package dev.logikids.database.invite;

/** What an invite code is good for. */
public enum InviteState {
    OPEN,
    UNKNOWN,
    EXPIRED,
    USED
}
