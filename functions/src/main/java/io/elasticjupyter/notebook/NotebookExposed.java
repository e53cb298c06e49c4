package io.elasticjupyter.notebook;

import io.elasticjupyter.api.v1alpha1.Conditions;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.NotebookExposure;
import io.elasticjupyter.api.v1alpha1.NotebookExposure.Scheme;
import io.elasticjupyter.reconcile.ConditionsBuilder;
import io.elasticjupyter.reconcile.Observed;
import io.elasticjupyter.reconcile.Readiness;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/** The way to a notebook from outside the cluster: its URL, and whether the Ingress or HTTPRoute of the notebook works. */
final class NotebookExposed {

    static final String EXPOSED = "Exposed";

    private static final String TAKEN = "HostAndPathTaken";

    private static final String ROOT = "/";

    private static final Comparator<ObjectMeta> AGE = Comparator
            .comparing(ObjectMeta::getCreationTimestamp, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(ObjectMeta::getName);

    private NotebookExposed() {}

    static Optional<NotebookExposure> exposure(JupyterNotebook notebook) {
        return Optional.ofNullable(NotebookReconciler.spec(notebook).expose());
    }

    static boolean isByIngress(JupyterNotebook notebook) {
        return exposure(notebook).map(NotebookExposure::ingress).isPresent();
    }

    static boolean isByRoute(JupyterNotebook notebook) {
        return exposure(notebook).map(NotebookExposure::httpRoute).isPresent();
    }

    /** Returns the path of an exposed notebook without a slash at its end, except for the root. */
    static String path(NotebookExposure exposure) {
        String path = Objects.requireNonNullElse(exposure.path(), ROOT);
        return path.length() > 1 && path.endsWith(ROOT) ? path.substring(0, path.length() - 1) : path;
    }

    /** Returns the <a href="https://jupyter-server.readthedocs.io/en/latest/users/configuration.html">base_url</a> of the server, which begins and ends with a slash; empty for the root. */
    static Optional<String> baseUrl(JupyterNotebook notebook) {
        return exposure(notebook).map(NotebookExposed::path).filter(path -> !path.equals(ROOT))
                .map(path -> path + ROOT);
    }

    /** Returns the URL of the notebook: outside the cluster if its host is known, and inside otherwise. */
    static String url(JupyterNotebook notebook, Observed observed) {
        String path = baseUrl(notebook).orElse("");
        return host(notebook, observed).map(host -> {
            NotebookExposure exposure = exposure(notebook).orElseThrow();
            return "%s://%s%s%s".formatted(scheme(exposure), host,
                    exposure.port() == null ? "" : ":" + exposure.port(), path.isEmpty() ? ROOT : path);
        }).orElseGet(() -> "http://%s.%s.svc:%d%s".formatted(notebook.getMetadata().getName(),
                notebook.getMetadata().getNamespace(), NotebookReconciler.PORT, path));
    }

    private static Optional<String> host(JupyterNotebook notebook, Observed observed) {
        return exposure(notebook).flatMap(exposure -> Optional.ofNullable(exposure.host())
                .or(() -> NotebookIngress.address(notebook, observed)));
    }

    private static Scheme scheme(NotebookExposure exposure) {
        boolean isPlain = exposure.ingress() != null && exposure.ingress().tlsSecretName() == null;
        return Objects.requireNonNullElse(exposure.scheme(), isPlain ? Scheme.http : Scheme.https);
    }

    static void addCondition(JupyterNotebook notebook, Observed observed, ConditionsBuilder conditions) {
        exposure(notebook).ifPresent(exposure -> {
            Readiness state = state(notebook, observed);
            switch (state.state()) {
                case READY -> conditions.add(EXPOSED, true, state.reason(), state.message());
                case FAULT -> conditions.add(EXPOSED, false, state.reason(), state.message());
                case WAITING -> conditions.addUnknown(EXPOSED, state.reason(), state.message());
            }
        });
    }

    /** Returns why the notebook cannot be reached from outside. Every implementation of the Gateway API reports about routes, but not every controller of Ingresses does. */
    static Optional<Readiness> unready(JupyterNotebook notebook, Observed observed) {
        return exposure(notebook).map(exposure -> state(notebook, observed))
                .filter(state -> state.state() == Readiness.State.FAULT
                        || isByRoute(notebook) && state.state() == Readiness.State.WAITING);
    }

    /**
     * Returns which notebooks keep a notebook from being reached: older ones with the same host and path. The Gateway API prescribes that
     * the oldest route takes the requests.
     */
    static Optional<Predicate<JupyterNotebook>> peers(JupyterNotebook notebook) {
        return exposure(notebook).map(exposure -> other -> isOlder(other, notebook) && exposure(other)
                .filter(its -> Objects.equals(its.host(), exposure.host()) && path(its).equals(path(exposure)))
                .isPresent());
    }

    private static boolean isOlder(JupyterNotebook one, JupyterNotebook other) {
        return AGE.compare(one.getMetadata(), other.getMetadata()) < 0;
    }

    /** Returns whether an older notebook has the host and the path of a notebook, by its status. */
    static boolean isTaken(JupyterNotebook notebook) {
        return Conditions.of(notebook.getStatus()).find(EXPOSED)
                .filter(condition -> TAKEN.equals(condition.getReason())).isPresent();
    }

    private static Optional<Readiness> taken(JupyterNotebook notebook, Observed observed) {
        return peers(notebook).flatMap(isOfPeer -> observed.ofType(JupyterNotebook.class).stream().filter(isOfPeer)
                .min(Comparator.comparing(JupyterNotebook::getMetadata, AGE)))
                .map(older -> Readiness.fault(TAKEN, "spec.expose: JupyterNotebook '" + older.getMetadata().getName()
                        + "' is older and has the same host and path. Set another host or path."));
    }

    private static Readiness state(JupyterNotebook notebook, Observed observed) {
        Optional<Readiness> taken = taken(notebook, observed);
        if (taken.isPresent()) {
            return taken.get();
        }
        return isByIngress(notebook)
                ? NotebookIngress.state(notebook, observed)
                : NotebookRoute.state(notebook, observed);
    }
}
