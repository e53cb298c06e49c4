package io.elasticjupyter.console.policy;

import io.elasticjupyter.api.v1alpha1.JupyterKernel;
import io.elasticjupyter.api.v1alpha1.JupyterNotebook;
import io.elasticjupyter.api.v1alpha1.JupyterResource;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a caller can do on the page, with the caller's own rights. */
public enum ConsoleAction {

    /** Keeps a kernel for some hours. */
    KEEP(JupyterKernel.class, "Keep", "Kept", "It is not culled until then, within the cullKeepLimit of its gateway."),

    /** Deletes a kernel. */
    CULL(JupyterKernel.class, "Cull", "CulledByUser",
            "Its process ends, and its memory is lost. The files and outputs of the"
                    + " notebook stay. If a notebook is open on it, its gateway can start it again."),

    /** Stops a notebook. */
    STOP(JupyterNotebook.class, "Stop", "StoppedByUser",
            "Its pod is deleted, and its kernels end. Its files stay only if it"
                    + " has storage."),

    /** Starts a notebook. */
    START(JupyterNotebook.class, "Start", "StartedByUser", "Its pod is created again.");

    private final Class<? extends JupyterResource<?, ?>> type;
    private final String label;
    private final String reason;
    private final String consequence;

    ConsoleAction(Class<? extends JupyterResource<?, ?>> type, String label, String reason, String consequence) {
        this.type = type;
        this.label = label;
        this.reason = reason;
        this.consequence = consequence;
    }

    /** Returns the type of the resources on which it acts. */
    public Class<? extends JupyterResource<?, ?>> type() {
        return type;
    }

    /** Returns its name as a button has it. */
    public String label() {
        return label;
    }

    /** Returns the reason of the Event about it. */
    public String reason() {
        return reason;
    }

    /** Returns what follows from it, as a sentence. */
    public String consequence() {
        return consequence;
    }

    /** Returns its name as an address has it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the action with that name. */
    public static Optional<ConsoleAction> named(String word) {
        return Arrays.stream(values()).filter(action -> action.word().equals(word)).findFirst();
    }
}
