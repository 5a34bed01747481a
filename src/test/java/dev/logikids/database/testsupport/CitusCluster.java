package dev.logikids.database.testsupport;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/** Databases on a Citus that somebody has started: the extension and the nodes belong to each database. */
final class CitusCluster {

    private static final Logger LOG = Logger.getLogger(CitusCluster.class);

    private record Node(String host, int port, boolean coordinator) {
        String url(String database) {
            return "postgresql://logikids:development@" + host + ":" + port + "/" + database;
        }
    }

    private CitusCluster() {}

    /** Makes a database with the nodes of the given one. */
    static void createDatabase(String coordinatorUrl, String name) throws SQLException {
        List<Node> nodes = nodes(coordinatorUrl);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> drop(nodes, name)));
        for (Node node : nodes) {
            execute(
                    node.url("postgres"),
                    "SET citus.enable_create_database_propagation = off",
                    "CREATE DATABASE " + name + " OWNER logikids");
            execute(node.url(name), "CREATE EXTENSION citus");
        }
        Node coordinator = nodes.stream().filter(Node::coordinator).findFirst().orElseThrow();
        List<String> statements = new ArrayList<>();
        statements.add("SELECT citus_set_coordinator_host('" + coordinator.host() + "', " + coordinator.port() + ")");
        nodes.stream()
                .filter(node -> !node.coordinator())
                .map(node -> "SELECT citus_add_node('" + node.host() + "', " + node.port() + ")")
                .forEach(statements::add);
        execute(coordinator.url(name), statements.toArray(String[]::new));
    }

    /** What this run leaves would be in the way of the next hundred. */
    private static void drop(List<Node> nodes, String name) {
        for (Node node : nodes) {
            try {
                execute(
                        node.url("postgres"),
                        "SET citus.enable_create_database_propagation = off",
                        "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
            } catch (SQLException e) {
                LOG.warnf("the database %s stays on %s:%d", name, node.host(), node.port());
            }
        }
    }

    private static List<Node> nodes(String coordinatorUrl) throws SQLException {
        List<Node> nodes = new ArrayList<>();
        try (Connection connection = TestPostgreSql.connectTo(coordinatorUrl);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT nodename, nodeport, groupid FROM pg_dist_node")) {
            while (row.next()) {
                nodes.add(new Node(row.getString(1), row.getInt(2), row.getInt(3) == 0));
            }
        }
        return nodes;
    }

    private static void execute(String databaseUrl, String... statements) throws SQLException {
        try (Connection connection = TestPostgreSql.connectTo(databaseUrl);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
