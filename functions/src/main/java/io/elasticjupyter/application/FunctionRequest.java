package io.elasticjupyter.application;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * A request reduced to what belongs to its event: the attributes, with their names in lower case as Spring Cloud Function
 * compares them; the content type; and a body of limited size.
 */
final class FunctionRequest extends HttpServletRequestWrapper {

    private final int maxBytes;
    private final Supplier<? extends RuntimeException> tooLarge;

    FunctionRequest(HttpServletRequest request, int maxBytes, Supplier<? extends RuntimeException> tooLarge) {
        super(request);
        this.maxBytes = maxBytes;
        this.tooLarge = tooLarge;
    }

    private static boolean belongsToEvent(String header) {
        return header.regionMatches(true, 0, "ce-", 0, 3) || header.equalsIgnoreCase("content-type");
    }

    @Override
    public Enumeration<String> getHeaderNames() {
        return Collections.enumeration(Collections.list(super.getHeaderNames()).stream()
                .filter(FunctionRequest::belongsToEvent).map(name -> name.toLowerCase(Locale.ROOT)).distinct()
                .toList());
    }

    @Override
    public Enumeration<String> getHeaders(String name) {
        return belongsToEvent(name) ? super.getHeaders(name) : Collections.emptyEnumeration();
    }

    @Override
    public String getHeader(String name) {
        return belongsToEvent(name) ? super.getHeader(name) : null;
    }

    /** Returns a type that Spring MVC does not treat as a form; the header has the type of the event's data. */
    @Override
    public String getContentType() {
        return "application/octet-stream";
    }

    @Override
    public Map<String, String[]> getParameterMap() {
        return Map.of();
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
        return new LimitedInputStream(super.getInputStream());
    }

    private final class LimitedInputStream extends ServletInputStream {

        private final ServletInputStream in;
        private int remaining = maxBytes;

        LimitedInputStream(ServletInputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            int next = in.read();
            count(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = in.read(buffer, offset, length);
            count(Math.max(0, read));
            return read;
        }

        private void count(int bytes) {
            remaining -= bytes;
            if (remaining < 0) {
                throw tooLarge.get();
            }
        }

        @Override
        public boolean isFinished() {
            return in.isFinished();
        }

        @Override
        public boolean isReady() {
            return in.isReady();
        }

        @Override
        public void setReadListener(ReadListener listener) {
            in.setReadListener(listener);
        }
    }
}
