package io.elasticjupyter.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A page of the documentation.
 *
 * @param name the path from the root of the repository
 * @param text the Markdown text
 */
record Page(String name, String text) {

    static final Path ROOT = Path.of(System.getProperty("repository.root"));

    private static final Pattern BLOCK = Pattern.compile("(?ms)^( *)```(console|http)\\n(.*?)^\\1```");
    private static final Pattern HERE_DOCUMENT = Pattern.compile("<<-?'?(\\w+)'?");

    /**
     * A command after a prompt.
     *
     * @param text the command, which may have several lines
     * @param output the lines that the page shows below it
     * @param response the lines of the HTTP response that the page shows after it, without the headers that it leaves out
     */
    record Command(String text, List<String> output, List<String> response) {

        boolean runs(String program) {
            return Pattern.compile("(^|[\\s;|(])" + program + "\\s").matcher(text + " ").find();
        }
    }

    static Page read(String name) {
        try {
            return new Page(name, Files.readString(ROOT.resolve(name)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads the README and all pages under {@code docs}. */
    static List<Page> all() {
        try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
            return Stream
                    .concat(Stream.of(ROOT.resolve("README.md")), files.filter(file -> file.toString().endsWith(".md"))
                            .sorted(Comparator.naturalOrder()))
                    .map(file -> read(ROOT.relativize(file).toString())).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the part of the page that begins with a heading. */
    Page from(String heading) {
        int start = text.indexOf("\n" + heading + "\n");
        if (start < 0) {
            throw new IllegalArgumentException(name + " has no heading '" + heading + "'");
        }
        return new Page(name, text.substring(start));
    }

    /** Returns the commands of all console blocks, in the order of the page. */
    List<Command> commands() {
        List<Command> commands = new ArrayList<>();
        Matcher block = BLOCK.matcher(text);
        while (block.find()) {
            List<String> lines = block.group(3).replaceAll("(?m)^" + block.group(1), "").lines().toList();
            if (block.group(2).equals("console")) {
                commands.addAll(commands(lines));
            } else if (!commands.isEmpty()) {
                Command last = commands.removeLast();
                commands.add(new Command(last.text(), last.output(), lines));
            }
        }
        return commands;
    }

    private static List<Command> commands(List<String> lines) {
        List<Command> commands = new ArrayList<>();
        int next = 0;
        while (next < lines.size()) {
            String line = lines.get(next++);
            if (!line.startsWith("$ ")) {
                if (!commands.isEmpty()) {
                    commands.getLast().output().add(line);
                }
                continue;
            }
            String command = line.substring(2);
            while (!isComplete(command) && next < lines.size()) {
                command += "\n" + lines.get(next++);
            }
            commands.add(new Command(command, new ArrayList<>(), List.of()));
        }
        return commands;
    }

    /** Returns whether a command does not go on in the next line. */
    private static boolean isComplete(String command) {
        Matcher here = HERE_DOCUMENT.matcher(command);
        return !command.endsWith("\\") && !hasOpenQuote(command)
                && !(here.find() && !command.endsWith("\n" + here.group(1)))
                && !(command.startsWith("for ") && !command.endsWith("done"));
    }

    private static boolean hasOpenQuote(String command) {
        char quote = 0;
        for (int i = 0; i < command.length(); i++) {
            char c = command.charAt(i);
            if (c == '\\' && quote != '\'') {
                i++;
            } else if (quote == 0 && c == '#' && i > 0 && command.charAt(i - 1) == ' ') {
                return false;
            } else if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
            } else if (c == quote) {
                quote = 0;
            }
        }
        return quote != 0;
    }
}
