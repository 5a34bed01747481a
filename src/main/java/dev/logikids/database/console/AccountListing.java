package dev.logikids.database.console;

import dev.logikids.database.account.AccountQuery;
import dev.logikids.database.account.AccountQuery.Filter;
import dev.logikids.database.account.AccountQuery.Order;
import io.vertx.core.json.JsonObject;

/** A page of the list of accounts, as its links hold it. */
record AccountListing(Filter filter, Order order, Trail trail) {

    static final AccountListing NEWEST = new AccountListing(Filter.ALL, Order.NEWEST, Trail.FIRST_PAGE);

    private static final int SIZE = 50;

    AccountListing withFilter(Filter other) {
        return new AccountListing(other, order, Trail.FIRST_PAGE);
    }

    AccountListing withOrder(Order other) {
        return new AccountListing(filter, other, Trail.FIRST_PAGE);
    }

    AccountListing at(Trail other) {
        return new AccountListing(filter, order, other);
    }

    AccountQuery query() {
        return new AccountQuery(filter, order, trail.after(), SIZE);
    }

    String text() {
        return new JsonObject()
                .put("filter", filter)
                .put("order", order)
                .put("trail", trail.json())
                .encode();
    }

    /** Reads what {@link #text} wrote. */
    static AccountListing of(String text) {
        JsonObject json = new JsonObject(text);
        return new AccountListing(
                Filter.valueOf(json.getString("filter")),
                Order.valueOf(json.getString("order")),
                Trail.of(json.getJsonObject("trail")));
    }
}
