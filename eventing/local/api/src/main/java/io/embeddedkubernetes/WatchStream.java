package io.embeddedkubernetes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.embeddedkubernetes.json.JsonTrees;
import io.embeddedkubernetes.kubectl.Representation;
import io.embeddedkubernetes.resource.ResourceType;
import io.embeddedkubernetes.resource.Selector;
import io.embeddedkubernetes.resource.StatusError;
import io.embeddedkubernetes.store.ObjectStore.Change;
import io.embeddedkubernetes.store.ObjectStore;
import io.embeddedkubernetes.store.WatchHub;
import io.embeddedkubernetes.transport.EventStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A watch: sends events as JSON objects until the client closes it or its time is over. */
final class WatchStream {

    private static final Duration LONGEST = Duration.ofMinutes(30);
    private static final Duration BOOKMARK = Duration.ofSeconds(60);

    private final ResourceType type;
    private final String namespace;
    private final Selector selector;
    private final Call call;
    private final Representation form;
    private final long from;
    private final long seconds;
    private boolean first = true;

    WatchStream(ResourceType type, RequestPath route, Call call) {
        this.type = type;
        this.namespace = type.namespaced() ? route.namespace() : "";
        this.call = call;
        this.form = Representation.of(call.header("Accept"));
        this.from = call.resourceVersion();
        this.seconds = call.number("timeoutSeconds");
        var fields = call.query("fieldSelector");
        if (!route.name().isEmpty()) {
            fields += (fields.isEmpty() ? "" : ",") + "metadata.name=" + route.name();
        }
        this.selector = Selector.of(type, call.query("labelSelector"), fields);
    }

    private record Start(WatchHub.Subscription subscription, List<ObjectNode> existing, long version) {}

    /** Runs until the watch ends. Errors are events of the stream, because the status has been sent already. */
    void run(ObjectStore store, WatchHub hub, EventStream out) throws IOException, InterruptedException {
        Start start;
        try {
            start = start(store, hub);
        } catch (StatusError e) {
            send(out, "ERROR", e.status());
            return;
        }
        try (var subscription = start.subscription()) {
            for (var object : start.existing()) {
                send(out, "ADDED", shown(object));
            }
            if (call.is("sendInitialEvents")) {
                bookmark(out, start.version(), true);
            }
            out.flush();
            follow(subscription, store, out);
        }
    }

    private Start start(ObjectStore store, WatchHub hub) {
        var given = call.query("resourceVersion");
        var initial = call.has("sendInitialEvents")
                ? call.is("sendInitialEvents")
                : given.isEmpty() || given.equals("0");
        return store.reading(() -> {
            var version = store.version();
            var existing = initial
                    ? store.list(type.store(), namespace).objects().stream().filter(selector::matches)
                            .toList()
                    : List.<ObjectNode>of();
            return new Start(hub.subscribe(type.store(), initial || from == 0 ? version : from), existing, version);
        });
    }

    private void follow(WatchHub.Subscription subscription, ObjectStore store, EventStream out)
            throws IOException, InterruptedException {
        var now = System.nanoTime();
        var end = now + (seconds > 0 ? Duration.ofSeconds(seconds) : LONGEST).toNanos();
        var nextBookmark = now + BOOKMARK.toNanos();
        while (!subscription.hasEnded()) {
            var left = (Math.min(end, nextBookmark) - System.nanoTime()) / 1_000_000;
            var change = subscription.next(Math.max(left, 0));
            if (change != null) {
                send(out, change);
                continue;
            }
            out.flush();
            now = System.nanoTime();
            if (now >= end) {
                return;
            }
            if (now >= nextBookmark) {
                if (call.is("allowWatchBookmarks")) {
                    bookmark(out, store.version(), false);
                    out.flush();
                }
                nextBookmark = now + BOOKMARK.toNanos();
            }
        }
    }

    private void send(EventStream out, Change change) throws IOException {
        if (!namespace.isEmpty() && !namespace.equals(change.place().namespace())) {
            return;
        }
        var was = change.old() != null && selector.matches(change.old());
        var is = change.type() != Change.Type.DELETED && selector.matches(change.object());
        if (is) {
            send(out, was ? "MODIFIED" : "ADDED", shown(change.object()));
        } else if (was) {
            var last = change.type() == Change.Type.DELETED ? change.object() : withVersion(change);
            send(out, "DELETED", shown(last));
        }
        out.flush();
    }

    /** Returns the last state that matched the selector, with the version at which it stopped to match. */
    private static ObjectNode withVersion(Change change) {
        var last = change.old().deepCopy();
        JsonTrees.metadata(last).put("resourceVersion", Long.toString(change.version()));
        return last;
    }

    private ObjectNode shown(ObjectNode object) {
        var shown = form.event(type, type.view().fromStore().apply(object), call.query("includeObject"), first);
        first = false;
        return shown;
    }

    private void bookmark(EventStream out, long version, boolean endOfInitialEvents) throws IOException {
        var object = JsonTrees.object().put("kind", type.kind()).put("apiVersion", type.apiVersion());
        var metadata = object.putObject("metadata").put("resourceVersion", Long.toString(version));
        if (endOfInitialEvents) {
            metadata.putObject("annotations").put("k8s.io/initial-events-end", "true");
        }
        send(out, "BOOKMARK", form == Representation.TABLE ? bookmarkTable(object) : object);
    }

    private ObjectNode bookmarkTable(ObjectNode object) {
        var table = JsonTrees.object().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        table.set("metadata", Representation.listMeta(JsonTrees.text(object, "metadata", "resourceVersion")));
        table.putArray("columnDefinitions");
        table.putArray("rows").addObject().set("object", object);
        ((ObjectNode) table.path("rows").get(0)).putArray("cells");
        return table;
    }

    private static void send(EventStream out, String event, ObjectNode object) throws IOException {
        var line = JsonTrees.object().put("type", event);
        line.set("object", object);
        out.send(JsonTrees.bytes(line));
    }
}
