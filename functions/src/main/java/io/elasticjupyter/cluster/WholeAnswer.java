package io.elasticjupyter.cluster;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.StandardHttpHeaders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.io.entity.EntityUtils;

/** An answer that was read whole, and is its own body: one piece, and then the end. */
final class WholeAnswer extends StandardHttpHeaders implements HttpResponse<AsyncBody>, AsyncBody {

    private final HttpRequest request;
    private final int code;
    private final Consumer<List<ByteBuffer>> consumer;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private byte[] unconsumed;

    /**
     * Reads it.
     *
     * @throws IOException when it does not come whole
     */
    WholeAnswer(HttpRequest request, ClassicHttpResponse response, Consumer<List<ByteBuffer>> consumer)
            throws IOException {
        super(headers(response));
        this.request = request;
        this.code = response.getCode();
        this.consumer = consumer;
        this.unconsumed = response.getEntity() == null ? new byte[0] : EntityUtils.toByteArray(response.getEntity());
    }

    private static Map<String, List<String>> headers(ClassicHttpResponse response) {
        Map<String, List<String>> headers = new HashMap<>();
        for (Header header : response.getHeaders()) {
            headers.computeIfAbsent(header.getName(), name -> new ArrayList<>(1)).add(header.getValue());
        }
        return headers;
    }

    /** The consumer asks for more while it consumes, so what it has is gone before it is called. */
    @Override
    public void consume() {
        if (unconsumed == null) {
            done.complete(null);
            return;
        }
        ByteBuffer piece = ByteBuffer.wrap(unconsumed);
        unconsumed = null;
        try {
            consumer.consume(List.of(piece), this);
        } catch (Exception e) {
            done.completeExceptionally(e);
        }
    }

    @Override
    public CompletableFuture<Void> done() {
        return done;
    }

    @Override
    public void cancel() {
        done.cancel(false);
    }

    @Override
    public int code() {
        return code;
    }

    @Override
    public AsyncBody body() {
        return this;
    }

    @Override
    public HttpRequest request() {
        return request;
    }

    @Override
    public Optional<HttpResponse<?>> previousResponse() {
        return Optional.empty();
    }
}
