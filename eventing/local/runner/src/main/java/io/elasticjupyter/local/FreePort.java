package io.elasticjupyter.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** Ports on this machine. */
public final class FreePort {

    private FreePort() {}

    /** Throws an exception that names the option to change when another process listens on the port. */
    static void require(int port, String whose, String option) {
        if (port < 1 || port > 65_535) {
            throw new StartFailure(port + " is not a port; give " + option + " one from 1 to 65535");
        }
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            socket.getLocalPort();
        } catch (IOException e) {
            throw inUse(port, whose, option, e);
        }
    }

    static StartFailure inUse(int port, String whose, String option, Throwable cause) {
        return new StartFailure(
                "port " + port + " for " + whose + " is in use; choose another with " + option + " PORT", cause);
    }

    /** Returns a free port. */
    public static int any() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new StartFailure("no free port on this machine: " + e.getMessage(), e);
        }
    }
}
