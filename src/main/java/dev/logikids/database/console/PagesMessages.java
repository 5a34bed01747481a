package dev.logikids.database.console;

import io.quarkus.qute.i18n.Message;
import io.quarkus.qute.i18n.MessageBundle;

/** The texts of the pages invites, accounts and storage; in German in {@code messages/pages_de.properties}. */
@MessageBundle(value = "pages", locale = "en")
interface PagesMessages {

    // ---- lists

    @Message("Newest")
    String firstPage();

    @Message("Previous")
    String previousPage();

    @Message("Next")
    String nextPage();

    @Message("Pages of the list")
    String pagesOfList();

    @Message("Find")
    String find();

    @Message("Cancel")
    String cancel();

    @Message("All")
    String all();

    @Message("Created")
    String created();

    @Message("State")
    String state();

    @Message("That link is no longer valid, or belongs to another sign-in. Open the list again.")
    String staleReference();

    // ---- invites

    @Message("Invites")
    String invites();

    @Message("Create invites")
    String createInvites();

    @Message("How many")
    String count();

    @Message("1 to 100")
    String countHint();

    @Message("Note")
    String note();

    @Message("Printed on the card, for example the class. At most {longest} characters")
    String noteHint(int longest);

    @Message("Valid (days)")
    String days();

    @Message("1 to 366")
    String daysHint();

    @Message("Create")
    String create();

    @Message("{#if count == 1}1 invite has been created.{#else}{count} invites have been created.{/if}")
    String invitesCreated(int count);

    @Message("How many: enter a whole number from 1 to 100. Nothing has been created.")
    String countInvalid();

    @Message("Valid (days): enter a whole number from 1 to 366. Nothing has been created.")
    String daysInvalid();

    @Message("The note may have at most {longest} characters and no control characters. Nothing has been created.")
    String noteInvalid(int longest);

    @Message("The search may have at most {longest} characters and no control characters.")
    String searchInvalid(int longest);

    @Message("Note contains")
    String noteContains();

    @Message("Code")
    String code();

    @Message("Expires")
    String expires();

    @Message("Open")
    String open();

    @Message("Used")
    String used();

    @Message("Expired")
    String expired();

    @Message("List of invites")
    String allInvites();

    @Message("open")
    String stateOpen();

    @Message("used")
    String stateUsed();

    @Message("expired")
    String stateExpired();

    @Message("Account of {code}")
    String accountOf(String code);

    @Message("No invite matches.")
    String noInvites();

    @Message("New invites")
    String newInvites();

    @Message("Back to all invites")
    String backToInvites();

    @Message("Copy")
    String copy();

    @Message("Copy {code}")
    String copyCode(String code);

    @Message("Copy all codes")
    String copyAll();

    @Message("All codes, one per line")
    String allCodes();

    @Message("Copied")
    String copied();

    @Message("Could not copy: select the code and copy it by hand")
    String copyFailed();

    @Message("Print cards")
    String printCards();

    @Message("Print selected")
    String printSelected();

    @Message("Print all shown")
    String printShown();

    @Message("Select {code} for printing")
    String selectCode(String code);

    @Message("Select at least one open invite to print its card.")
    String nothingSelected();

    @Message("None of these invites is open any more")
    String noOpenInvites();

    @Message("Remove")
    String remove();

    @Message("Remove {code}")
    String removeCode(String code);

    @Message("Remove this invite?")
    String removeQuestion();

    @Message("Nobody can register with this code any more. It cannot be brought back.")
    String removeConsequence();

    @Message("The invite has been removed.")
    String inviteRemoved();

    @Message("There is no such invite any more: it has been removed already.")
    String inviteGone();

    @Message(
            "This invite cannot be removed: an account was made with it, and keeps it. To lock that account, revoke it.")
    String inviteInUse();

    // ---- cards

    @Message("Invite cards")
    String cards();

    @Message("{#if count == 1}1 card{#else}{count} cards{/if}, {#if sheets == 1}1 page{#else}{sheets} pages{/if} A4")
    String cardsOnSheets(int count, int sheets);

    @Message("Print")
    String print();

    @Message("To print, use the print command of your browser.")
    String printHint();

    @Message("Logikids invite code")
    String cardTitle();

    @Message("Valid until {day}")
    String validUntil(String day);

    // ---- accounts

    @Message("Accounts")
    String accounts();

    @Message("Find an account")
    String findAccount();

    @Message("List of accounts")
    String allAccounts();

    @Message("User id or invite code")
    String idOrCode();

    @Message("In any letter case")
    String idOrCodeHint();

    @Message("There is no account with this user id or invite code.")
    String accountNotFound();

    @Message("Enter a user id (36 characters with hyphens) or an invite code.")
    String idOrCodeInvalid();

    @Message("Sort by")
    String sortBy();

    @Message("Newest first")
    String byCreation();

    @Message("Last seen first")
    String byLastSeen();

    @Message("Active")
    String active();

    @Message("Revoked")
    String revoked();

    @Message("active")
    String stateActive();

    @Message("revoked")
    String stateRevoked();

    @Message("No account matches.")
    String noAccounts();

    @Message("Account")
    String account();

    @Message("Facts")
    String facts();

    @Message("Last seen")
    String lastSeen();

    @Message("User id")
    String userId();

    @Message("Invite code")
    String inviteCode();

    @Message("Invite note")
    String inviteNote();

    @Message("Stored data")
    String storedData();

    @Message("nothing stored")
    String nothingStored();

    @Message("The same id in other letters belongs to further accounts. Only the oldest one can be signed in to.")
    String twins();

    @Message("last read or written {moment}")
    String lastAccessed(String moment);

    @Message("Back to the accounts")
    String backToAccounts();

    @Message("Sessions")
    String sessions();

    @Message("Began")
    String began();

    @Message("Last used")
    String lastUsed();

    @Message("Ends unless used")
    String ends();

    @Message("End")
    String endSession();

    @Message("End the session that began {moment}")
    String endSessionOf(String moment);

    @Message("End all sessions")
    String endSessions();

    @Message("No open session.")
    String noSessions();

    @Message("Each device has to sign in again. A running app may go on for up to an hour.")
    String endSessionsHint();

    @Message("The session has ended.")
    String sessionEnded();

    @Message("There is no such session any more: it has ended already.")
    String sessionGone();

    @Message(
            "{#if count == 0}There was no open session.{#else if count == 1}1 session has ended.{#else}{count} sessions have ended.{/if}")
    String sessionsEnded(long count);

    @Message("Actions")
    String actions();

    @Message("Revoke")
    String revoke();

    @Message("Locks the account at once and ends its sessions. Its data stays, and it can be restored.")
    String revokeHint();

    @Message("The account is revoked: it cannot sign in, and its sessions have ended.")
    String accountRevoked();

    @Message("Restore")
    String restore();

    @Message("Allows the account again. It has to sign in anew.")
    String restoreHint();

    @Message("The account is active: it can sign in again.")
    String accountRestored();

    @Message("Export")
    String export();

    @Message("Downloads all that is stored about the account as one JSON file. The data itself stays encrypted.")
    String exportHint();

    @Message("Erase…")
    String eraseDots();

    @Message("Erase for good")
    String eraseForGood();

    @Message("Removes the account, its sessions and its stored data for good.")
    String eraseHint();

    @Message("Erase this account?")
    String eraseQuestion();

    @Message(
            "The account, its sessions and its stored data are deleted at once. Nobody can bring them back, unless a backup is restored. The invite stays spent: for a new account, create a new invite.")
    String eraseConsequence();

    @Message("To confirm, type the first 8 characters of the user id: {beginning}")
    String eraseConfirmation(String beginning);

    @Message("The typed characters are not the first 8 of the user id. Nothing has been erased.")
    String eraseNotConfirmed();

    @Message(
            "The account has been erased for good: {#if blobs == 1}its stored data{#else}no stored data{/if}, {#if tokens == 1}1 token{#else}{tokens} tokens{/if}.")
    String accountErased(long blobs, long tokens);

    @Message("There is no such account any more: it has been erased already.")
    String accountGone();

    // ---- storage

    @Message("Storage")
    String storage();

    @Message("Tables, growth and sizes come from the read replica and may be some seconds old.")
    String mayBeOld();

    @Message("Tables")
    String tables();

    @Message("{size} in all")
    String databaseSize(String size);

    @Message("Table")
    String table();

    @Message("Rows")
    String rows();

    @Message("Table size")
    String tableSize();

    @Message("Indexes")
    String indexes();

    @Message("Each index")
    String eachIndex();

    @Message("Index")
    String index();

    @Message("Total")
    String total();

    @Message("Size")
    String size();

    @Message("Growth, last 30 days")
    String growth();

    @Message("{total} in 30 days, at most {largest} per day")
    String growthTotal(String total, String largest);

    @Message("Growth as a table")
    String growthTable();

    @Message("What was made on each day (UTC) and is still there")
    String growthCaption();

    @Message("Day")
    String day();

    @Message("New accounts")
    String newAccounts();

    @Message("First uploads")
    String newBlobs();

    @Message("Newly stored data")
    String newBytes();

    @Message("Bytes")
    String bytes();

    @Message("Size of stored data")
    String histogram();

    @Message("How many accounts store how much")
    String histogramCaption();

    @Message("up to {bound}")
    String upTo(String bound);

    @Message("{above} to {bound}")
    String between(String above, String bound);

    @Message("Next clean-up")
    String nextCleanup();

    @Message("What the daily clean-up would remove if it ran now.")
    String nextCleanupCaption();

    @Message("Stored data that nobody has used for long")
    String oldBlobs();

    @Message("Refresh tokens that no longer work")
    String deadTokens();

    @Message("Expired invites that nobody has used")
    String unusedInvites();
}
