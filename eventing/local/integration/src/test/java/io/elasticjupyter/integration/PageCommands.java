package io.elasticjupyter.integration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The commands in the documentation: the lines of console blocks that start with a prompt. */
final class PageCommands {

    private static final Pattern BLOCK = Pattern.compile("(?ms)^```console\\n(.*?)^```");

    private PageCommands() {}

    /** Returns the commands of one section, with a list for each block. */
    static List<List<String>> of(String page, String heading) throws IOException {
        String text = Files.readString(Documents.ROOT.resolve(page));
        Matcher section = Pattern.compile("(?ms)^## " + Pattern.quote(heading) + "\\n(.*?)(?=^## |\\z)").matcher(text);
        assertThat(section.find()).as("'%s' on %s", heading, page).isTrue();
        return BLOCK.matcher(section.group(1)).results().map(block -> commands(block.group(1))).toList();
    }

    private static List<String> commands(String block) {
        return Stream.of(block.replaceAll("\\\\\\n\\s*", "").split("\\n")).filter(line -> line.startsWith("$ "))
                .map(line -> line.substring(2)).toList();
    }
}
