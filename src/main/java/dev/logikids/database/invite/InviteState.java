package dev.logikids.database.invite;

/** Whether an invite code can still be used, and if not, why. */
public enum InviteState {
    OPEN,
    UNKNOWN,
    EXPIRED,
    USED
}
