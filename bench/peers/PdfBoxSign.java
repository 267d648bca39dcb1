/* PdfBoxSign: the peer of bench_pdf: PDFBox signs a PDF from outside with CMS by Bouncy Castle, and
 * checks every signature of one, chain and revocation list included.
 * SPDX-License-Identifier: Apache-2.0
 *
 * once, as a process:   PdfBoxSign sign KEY.p12 PASSWORD IN OUT
 *                       PdfBoxSign verify ROOT CHAIN CRL COUNT IN
 * warmed up:            PdfBoxSign serve KEY.p12 PASSWORD ROOT CHAIN CRL
 *     reads lines `sign N IN OUT` and `verify N COUNT IN`, does the work N times and answers `done`.
 */
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.COSFilterInputStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.ExternalSigningSupport;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.SignatureOptions;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.ess.ESSCertIDv2;
import org.bouncycastle.asn1.ess.SigningCertificateV2;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.CMSTypedData;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.util.Selector;
import org.bouncycastle.util.Store;

public final class PdfBoxSign {
	/* Room for the CMS; what our signer keeps for such a key. */
	private static final int RESERVE = 16384;

	private PrivateKey key;
	private X509Certificate[] chain;
	private Set<TrustAnchor> anchors;
	private List<Object> found; /* certificates and revocation lists for building chains */

	/* What is signed, read as it comes. */
	private static final class Range implements CMSTypedData {
		private final InputStream in;

		Range(InputStream in) {
			this.in = in;
		}

		@Override
		public ASN1ObjectIdentifier getContentType() {
			return PKCSObjectIdentifiers.data;
		}

		@Override
		public Object getContent() {
			return in;
		}

		@Override
		public void write(OutputStream out) throws IOException {
			byte[] piece = new byte[65536];

			for (int n = in.read(piece); n > 0; n = in.read(piece))
				out.write(piece, 0, n);
		}
	}

	/* The certificates of the benchmark's CA say by a critical extension that they are for
	 * demonstration; here that is known and accepted. */
	private static final class Demonstration extends PKIXCertPathChecker {
		private static final String OID = "2.25.18767479948911472591903949076636841724.1";

		@Override
		public void init(boolean forward) {}

		@Override
		public boolean isForwardCheckingSupported() {
			return false;
		}

		@Override
		public Set<String> getSupportedExtensions() {
			return Collections.singleton(OID);
		}

		@Override
		public void check(Certificate cert, Collection<String> unresolved) {
			unresolved.remove(OID);
		}
	}

	private void keyOpen(String file, String password) throws GeneralSecurityException, IOException {
		KeyStore store = KeyStore.getInstance("PKCS12");

		try (InputStream in = new FileInputStream(file)) {
			store.load(in, password.toCharArray());
		}
		String alias = store.aliases().nextElement();
		Certificate[] found = store.getCertificateChain(alias);

		key = (PrivateKey) store.getKey(alias, password.toCharArray());
		chain = Arrays.copyOf(found, found.length, X509Certificate[].class);
	}

	private void trustOpen(String root, String chain, String crl) throws GeneralSecurityException, IOException {
		CertificateFactory factory = CertificateFactory.getInstance("X.509");

		try (InputStream in = new FileInputStream(root); InputStream certs = new FileInputStream(chain);
			InputStream lists = new FileInputStream(crl)) {
			anchors = Collections.singleton(
				new TrustAnchor((X509Certificate) factory.generateCertificate(in), null));
			found = new ArrayList<>(factory.generateCertificates(certs));
			found.addAll(factory.generateCRLs(lists));
		}
	}

	private byte[] cms(InputStream content)
		throws GeneralSecurityException, OperatorCreationException, CMSException, IOException {
		boolean rsa = key.getAlgorithm().equals("RSA");
		byte[] digest = MessageDigest.getInstance("SHA-256").digest(chain[0].getEncoded());
		Attribute ess = new Attribute(PKCSObjectIdentifiers.id_aa_signingCertificateV2,
			new DERSet(new SigningCertificateV2(new ESSCertIDv2[] {new ESSCertIDv2(digest)})));
		JcaSignerInfoGeneratorBuilder signer =
			new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build());
		CMSSignedDataGenerator generator = new CMSSignedDataGenerator();

		signer.setSignedAttributeGenerator(new DefaultSignedAttributeTableGenerator(new AttributeTable(ess)));
		generator.addSignerInfoGenerator(signer.build(
			new JcaContentSignerBuilder(rsa ? "SHA256withRSA" : "SHA256withECDSA").build(key), chain[0]));
		generator.addCertificates(new JcaCertStore(Arrays.asList(chain)));
		return generator.generate(new Range(content), false).getEncoded();
	}

	private void sign(String in, String to) throws Exception {
		try (PDDocument document = PDDocument.load(new File(in));
			OutputStream out = new BufferedOutputStream(new FileOutputStream(to))) {
			PDSignature signature = new PDSignature();
			SignatureOptions options = new SignatureOptions();

			signature.setFilter(PDSignature.FILTER_ADOBE_PPKLITE);
			signature.setSubFilter(PDSignature.SUBFILTER_ETSI_CADES_DETACHED);
			signature.setSignDate(Calendar.getInstance());
			options.setPreferredSignatureSize(RESERVE);
			document.addSignature(signature, options);
			ExternalSigningSupport outside = document.saveIncrementalForExternalSigning(out);

			outside.setSignature(cms(outside.getContent()));
		}
	}

	private void chainCheck(X509Certificate leaf, Store<X509CertificateHolder> carried) throws Exception {
		List<Object> all = new ArrayList<>(found);
		JcaX509CertificateConverter converter = new JcaX509CertificateConverter();
		X509CertSelector target = new X509CertSelector();

		for (X509CertificateHolder cert : carried.getMatches(null))
			all.add(converter.getCertificate(cert));
		target.setCertificate(leaf);
		PKIXBuilderParameters asked = new PKIXBuilderParameters(anchors, target);

		asked.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(all)));
		asked.addCertPathChecker(new Demonstration());
		asked.setRevocationEnabled(true);
		CertPathBuilder.getInstance("PKIX").build(asked);
	}

	private void verifyOne(File file, PDSignature signature) throws Exception {
		try (InputStream content = new BufferedInputStream(new FileInputStream(file), 65536);
			InputStream cms = new FileInputStream(file)) {
			CMSSignedData data = new CMSSignedData(new Range(new COSFilterInputStream(content, signature.getByteRange())),
				signature.getContents(cms));
			SignerInformation signer = data.getSignerInfos().getSigners().iterator().next();
			X509CertificateHolder holder =
				(X509CertificateHolder) data.getCertificates().getMatches(selector(signer)).iterator().next();

			if (!signer.verify(new JcaSimpleSignerInfoVerifierBuilder().build(holder)))
				throw new GeneralSecurityException("a signature does not hold");
			chainCheck(new JcaX509CertificateConverter().getCertificate(holder), data.getCertificates());
		}
	}

	@SuppressWarnings("unchecked")
	private static Selector<X509CertificateHolder> selector(SignerInformation signer) {
		return signer.getSID();
	}

	private void verify(String in, int wanted) throws Exception {
		File file = new File(in);

		try (PDDocument document = PDDocument.load(file)) {
			List<PDSignature> signatures = document.getSignatureDictionaries();

			if (signatures.size() != wanted)
				throw new GeneralSecurityException(signatures.size() + " signatures, not " + wanted);
			for (PDSignature signature : signatures)
				verifyOne(file, signature);
		}
	}

	private void serveOne(String[] words) throws Exception {
		for (int left = Integer.parseInt(words[1]); left > 0; left--) {
			if (words[0].equals("sign"))
				sign(words[2], words[3]);
			else
				verify(words[3], Integer.parseInt(words[2]));
		}
	}

	private void serve() throws Exception {
		BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));

		for (String line = lines.readLine(); line != null; line = lines.readLine()) {
			serveOne(line.split(" "));
			System.out.println("done");
			System.out.flush();
		}
	}

	public static void main(String[] words) throws Exception {
		PdfBoxSign peer = new PdfBoxSign();

		if (words.length == 5 && words[0].equals("sign")) {
			peer.keyOpen(words[1], words[2]);
			peer.sign(words[3], words[4]);
		} else if (words.length == 6 && words[0].equals("verify")) {
			peer.trustOpen(words[1], words[2], words[3]);
			peer.verify(words[5], Integer.parseInt(words[4]));
		} else if (words.length == 6 && words[0].equals("serve")) {
			peer.keyOpen(words[1], words[2]);
			peer.trustOpen(words[3], words[4], words[5]);
			peer.serve();
		} else {
			System.err.println("usage: see the head of PdfBoxSign.java");
			System.exit(64);
		}
	}
}
