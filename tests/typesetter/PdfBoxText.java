import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.text.PDFTextStripper;

/** Writes for each PDF file in a folder what PDFBox reads in it, in the order in which it is drawn, into a text file beside it. */
public class PdfBoxText {
    public static void main(String[] arguments) throws Exception {
        PDFTextStripper stripper = new PDFTextStripper();
        stripper.setSortByPosition(false);
        stripper.setSuppressDuplicateOverlappingText(false);
        stripper.setLineSeparator("\n");
        stripper.setParagraphEnd("\n");
        stripper.setPageEnd("\n");
        for (File file : new File(arguments[0]).listFiles((folder, name) -> name.endsWith(".pdf"))) {
            Path text = Paths.get(file.getPath().replaceAll("pdf$", "txt"));
            try (PDDocument document = PDDocument.load(file)) {
                Files.write(text, stripper.getText(document).getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
