package dev.logikids.database.console;

import dev.logikids.database.digest.Digest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Scripts and styles of the console: the files named here and no others. */
@Path(ConsoleGate.ROOT + "/assets/{version}/{name}")
public class Assets {

    private static final Map<String, Asset> ALL = read(Map.of(
            "console.css", "console/console.css",
            "console.js", "console/console.js",
            "pages.css", "console/pages.css",
            "cards.css", "console/cards.css",
            "copy.js", "console/copy.js",
            "htmx.js", "META-INF/resources/webjars/htmx.org/2.0.4/dist/htmx.min.js",
            "uplot.js", "META-INF/resources/webjars/uplot/1.6.30/dist/uPlot.iife.min.js",
            "uplot.css", "META-INF/resources/webjars/uplot/1.6.30/dist/uPlot.min.css"));

    /** Part of the path of each asset: another content is another path. */
    static final String VERSION = version();

    private record Asset(String type, byte[] content) {}

    /** The file, which the browser may keep for good. */
    @GET
    @Operation(hidden = true)
    public Response asset(@PathParam("version") String version, @PathParam("name") String name) {
        Asset asset = ALL.get(name);
        if (asset == null || !version.equals(VERSION)) {
            throw new NotFoundException();
        }
        return Response.ok(asset.content())
                .type(asset.type())
                .header(HttpHeaders.CACHE_CONTROL, "private, max-age=31536000, immutable")
                .build();
    }

    private static Map<String, Asset> read(Map<String, String> files) {
        Map<String, Asset> assets = new TreeMap<>();
        files.forEach((name, file) -> {
            String type = name.endsWith(".css") ? "text/css" : "text/javascript";
            assets.put(name, new Asset(type + ";charset=utf-8", content(file)));
        });
        return assets;
    }

    private static byte[] content(String file) {
        try (InputStream content = Assets.class.getClassLoader().getResourceAsStream(file)) {
            return content.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String version() {
        MessageDigest digest = Digest.sha256();
        ALL.values().forEach(asset -> digest.update(asset.content()));
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }
}
