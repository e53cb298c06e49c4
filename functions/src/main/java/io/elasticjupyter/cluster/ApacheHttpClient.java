package io.elasticjupyter.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.StandardHttpClient;
import io.fabric8.kubernetes.client.http.StandardHttpClientBuilder;
import io.fabric8.kubernetes.client.http.StandardHttpHeaders;
import io.fabric8.kubernetes.client.http.StandardHttpRequest;
import io.fabric8.kubernetes.client.http.StandardWebSocketBuilder;
import io.fabric8.kubernetes.client.http.TlsVersion;
import io.fabric8.kubernetes.client.http.WebSocket;
import io.fabric8.kubernetes.client.http.WebSocketResponse;
import io.fabric8.kubernetes.client.utils.HttpClientUtils;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import javax.net.ssl.HostnameVerifier;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.auth.CredentialsProviderBuilder;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionManager;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.DefaultHostnameVerifier;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.ssl.SSLBufferMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * The Kubernetes client's requests by <a href="https://hc.apache.org/httpcomponents-client-5.6.x/">Apache HttpClient</a>, on the
 * thread that makes them: a function waits for each answer anyway, and threads of the client's own take a tenth of a cold start.
 * An answer is read whole. There are no watches and no shells: WebSockets are refused.
 */
final class ApacheHttpClient
        extends
            StandardHttpClient<ApacheHttpClient, ApacheHttpClient.Factory, ApacheHttpClient.Builder> {

    /** As many connections as there are requests at once. */
    private static final int NO_LIMIT = Integer.MAX_VALUE;

    /** A connection that was not used for so long is looked at before it is: the other side may have closed it. */
    static final TimeValue RESTED = TimeValue.ofSeconds(1);

    private final CloseableHttpClient http;

    private ApacheHttpClient(Builder builder, CloseableHttpClient http, AtomicBoolean closed) {
        super(builder, closed);
        this.http = http;
    }

    /** Makes such clients. */
    static final class Factory implements HttpClient.Factory {

        @Override
        public Builder newBuilder() {
            return new Builder(this);
        }

        @Override
        public Builder newBuilder(Config config) {
            Builder builder = newBuilder();
            HttpClientUtils.applyCommonConfiguration(config, builder, this);
            if (config.isTrustCerts() || config.isDisableHostnameVerification()) {
                builder.names = NoopHostnameVerifier.INSTANCE;
            }
            if (config.getTlsServerName() != null && !config.getTlsServerName().isEmpty()) {
                throw new KubernetesClientException(
                        "tls-server-name is not supported: give the cluster's server the name of its certificate");
            }
            return builder;
        }
    }

    static final class Builder extends StandardHttpClientBuilder<ApacheHttpClient, Factory, Builder> {

        private HostnameVerifier names = new DefaultHostnameVerifier();

        private Builder(Factory factory) {
            super(factory);
        }

        @Override
        protected Builder newInstance(Factory factory) {
            return new Builder(factory);
        }

        @Override
        public ApacheHttpClient build() {
            return client == null
                    ? new ApacheHttpClient(this, http(connections()), new AtomicBoolean())
                    : new ApacheHttpClient(this, client.http, client.getClosed());
        }

        private HttpClientConnectionManager connections() {
            ConnectionConfig.Builder connection = ConnectionConfig.custom().setValidateAfterInactivity(RESTED);
            if (connectTimeout != null) {
                connection.setConnectTimeout(Timeout.of(connectTimeout));
            }
            PoolingHttpClientConnectionManagerBuilder connections = PoolingHttpClientConnectionManagerBuilder.create()
                    .setMaxConnPerRoute(NO_LIMIT).setMaxConnTotal(NO_LIMIT)
                    .setDefaultConnectionConfig(connection.build());
            if (sslContext != null) {
                String[] versions = tlsVersions == null
                        ? null
                        : Stream.of(tlsVersions).map(TlsVersion::javaName).toArray(String[]::new);
                // To look at names by itself the JDK reads all public authorities first.
                connections.setTlsSocketStrategy(new DefaultClientTlsStrategy(sslContext, versions, null,
                        SSLBufferMode.STATIC, HostnameVerificationPolicy.CLIENT, names));
            }
            return connections.build();
        }

        /** Nothing is tried twice and nothing is followed: the API server says what it means, and the Broker sends again. */
        private CloseableHttpClient http(HttpClientConnectionManager connections) {
            HttpClientBuilder http = HttpClients.custom().setConnectionManager(connections)
                    .disableAutomaticRetries().disableRedirectHandling().disableCookieManagement()
                    .disableContentCompression().disableConnectionState().disableDefaultUserAgent();
            if (proxyAddress == null) {
                return http.build();
            }
            if (proxyType != ProxyType.HTTP) {
                throw new KubernetesClientException(
                        "a proxy of type " + proxyType + " is not supported: name one that starts with http://");
            }
            HttpHost proxy = new HttpHost(proxyAddress.getHostString(), proxyAddress.getPort());
            String[] credentials = HttpClientUtils.decodeBasicCredentials(proxyAuthorization);
            if (credentials != null) {
                http.setDefaultCredentialsProvider(CredentialsProviderBuilder.create()
                        .add(new AuthScope(proxy), credentials[0], credentials[1].toCharArray()).build());
            }
            return http.setProxy(proxy).build();
        }
    }

    @Override
    public CompletableFuture<HttpResponse<AsyncBody>> consumeBytesDirect(StandardHttpRequest request,
            AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        URI uri = request.uri();
        HttpHost host = new HttpHost(uri.getScheme(), uri.getHost(), uri.getPort());
        BasicClassicHttpRequest sent = new BasicClassicHttpRequest(request.method(), uri);
        request.headers().forEach((name, values) -> values.forEach(value -> sent.addHeader(name, value)));
        HttpClientContext context = HttpClientContext.create();
        if (request.getTimeout() != null) {
            context.setRequestConfig(
                    RequestConfig.custom().setResponseTimeout(Timeout.of(request.getTimeout())).build());
        }
        try {
            if (request.body() != null) {
                sent.setHeader(StandardHttpHeaders.CONTENT_TYPE, request.getContentType());
                sent.setEntity(new ByteArrayEntity(bytes(request.body()), null));
            }
            return CompletableFuture.completedFuture(
                    http.execute(host, sent, context, response -> new WholeAnswer(request, response, consumer)));
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static byte[] bytes(StandardHttpRequest.BodyContent body) throws IOException {
        if (body instanceof StandardHttpRequest.StringBodyContent text) {
            return text.getContent().getBytes(StandardCharsets.UTF_8);
        }
        if (body instanceof StandardHttpRequest.ByteArrayBodyContent array) {
            return array.getContent();
        }
        return ((StandardHttpRequest.InputStreamBodyContent) body).getContent().readAllBytes();
    }

    @Override
    public CompletableFuture<WebSocketResponse> buildWebSocketDirect(StandardWebSocketBuilder request,
            WebSocket.Listener listener) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException("the functions use no WebSockets"));
    }

    @Override
    protected void doClose() {
        http.close(CloseMode.GRACEFUL);
    }
}
