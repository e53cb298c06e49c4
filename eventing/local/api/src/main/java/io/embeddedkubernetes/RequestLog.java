package io.embeddedkubernetes;

import io.embeddedkubernetes.resource.StatusError;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Records requests, and makes requests fail on demand. */
final class RequestLog {

    private static final int MOST = 10_000;

    private record Fault(Predicate<Request> which, int status, String message) {}

    private final Deque<Request> requests = new ArrayDeque<>();
    private final List<Consumer<Request>> listeners = new CopyOnWriteArrayList<>();
    private final List<Fault> faults = new CopyOnWriteArrayList<>();

    void add(Request request) {
        synchronized (this) {
            requests.addLast(request);
            if (requests.size() > MOST) {
                requests.removeFirst();
            }
        }
        listeners.forEach(listener -> listener.accept(request));
    }

    void onRequest(Consumer<Request> listener) {
        listeners.add(listener);
    }

    synchronized List<Request> all() {
        return List.copyOf(requests);
    }

    synchronized void clear() {
        requests.clear();
    }

    void failNext(Predicate<Request> which, int status, String message) {
        faults.add(new Fault(which, status, message));
    }

    /** @throws StatusError when a test has asked for this request to fail; once for each time it asked */
    void failIfAsked(Request request) {
        for (var fault : faults) {
            if (fault.which().test(request) && faults.remove(fault)) {
                throw StatusError.ofCode(fault.status(), fault.message());
            }
        }
    }
}
