package dev.logikids.database.admin;

import jakarta.enterprise.context.ApplicationScoped;

/** The secret of operators, ADMIN_TOKEN or ADMIN_TOKEN_FILE. */
@ApplicationScoped
class AdminToken {}
