import Foundation
import TestSupport
import Testing

@Suite("Half an hour of an electrocardiogram, with Python")
struct ElectrocardiogramTests {
    private static let data = Repository.file("../shared/data/ecg").standardizedFileURL.path
    private static let isThere = FileManager.default.fileExists(atPath: data + "/beats.json")

    /// Band-pass by cutting the spectrum; the result is in millivolts.
    private static let bandpass = """
        import sys
        import numpy as np

        source, low, high, target = sys.argv[1:]
        millivolts = (np.load(source) - 1024) / 200
        # The ends are mirrored, so that the filter does not ring there.
        padded = np.pad(millivolts, 360, mode="reflect")
        frequencies = np.fft.rfftfreq(padded.size, 1 / 360)
        spectrum = np.fft.rfft(padded - padded.mean())
        spectrum[(frequencies < float(low)) | (frequencies > float(high))] = 0
        np.save(target, np.fft.irfft(spectrum, padded.size)[360:-360])

        """
    /// R peaks: the largest deflection where the energy of the slope is high (Pan and Tompkins, 1985).
    private static let peaks = """
        import sys
        import numpy as np

        source, refractory, target = sys.argv[1:]
        signal = np.load(source)
        energy = np.convolve(np.gradient(signal) ** 2, np.ones(36) / 36, mode="same")
        inside = np.flatnonzero(energy > 0.3 * np.percentile(energy, 98))
        peaks = []
        for group in np.split(inside, np.flatnonzero(np.diff(inside) > 1) + 1):
            if group.size == 0:
                continue
            peak = group[0] + np.argmax(np.abs(signal[group[0] : group[-1] + 1]))
            if peaks and peak - peaks[-1] < float(refractory) * 360:
                if abs(signal[peak]) > abs(signal[peaks[-1]]):
                    peaks[-1] = peak
            else:
                peaks.append(peak)
        np.save(target, np.array(peaks, dtype=np.int64))

        """
    /// Beats a minute, by the median of the intervals.
    private static let rate = """
        import json
        import sys
        import numpy as np

        source, target = sys.argv[1:]
        with open(target, "w") as file:
            json.dump(60 * 360 / float(np.median(np.diff(np.load(source)))), file)

        """
    /// How many of the marked beats are found within 75 ms, and how many beats there are.
    private static let judge = """
        import json
        import sys
        import numpy as np

        beats = np.array(json.load(open(sys.argv[1]))["beats"])
        found = np.sort(np.concatenate([np.load(f"{m}.npy") + (m - 1) * 21600 for m in range(1, 31)]))
        distance = np.abs(found[None, :] - beats[:, None]).min(axis=1)
        print((distance <= 27).sum(), beats.size, found.size)

        """

    @Test(
        "At least 99 % of the beats that cardiologists marked are found, and the second run runs nothing",
        .enabled(if: isThere, "the data in ../shared/data/ecg are not there"),
        .enabled(if: PythonScript.has("numpy"), "numpy is not installed"))
    func beats() throws {
        let fixture = try StoreFixture(keys: ["minute:integer"])
        for minute in 1...30 {
            let file = "\(Self.data)/minute\(minute < 10 ? "0" : "")\(minute).npy"
            try fixture.run("save", "RawECG", "minute=\(minute)", "--file", file)
        }
        try fixture.write("bandpass.py", Self.bandpass)
        try fixture.write("peaks.py", Self.peaks)
        try fixture.write("rate.py", Self.rate)
        func pipeline() throws -> [String] {
            try fixture.stemma.shell(
                """
                set -e
                stemma run bandpass -i signal=RawECG -c low=5 -c high=25 -o FilteredECG=out.npy --code bandpass.py \\
                    --for minute -- python3 bandpass.py {signal} {low} {high} {FilteredECG}
                stemma run peaks -i signal=FilteredECG@low=5,high=25 -c refractory=0.3 -o Beats=beats.npy \\
                    --code peaks.py --for minute= -- python3 peaks.py {signal} {refractory} {Beats}
                stemma run rate -i beats=Beats -o HeartRate=rate.json --code rate.py --for minute \\
                    -- python3 rate.py {beats} {HeartRate}
                """
            ).lines
        }
        let start = ContinuousClock.now
        #expect(try pipeline() == ["30 computed", "30 computed", "30 computed"])
        let first = ContinuousClock.now
        #expect(try pipeline() == ["30 cached", "30 cached", "30 cached"])
        print("electrocardiogram: first run \(first - start), second run \(ContinuousClock.now - first)")

        for minute in 1...30 { try fixture.run("load", "Beats", "minute=\(minute)", "-o", "\(minute).npy") }
        try fixture.write("judge.py", Self.judge)
        let figures = try fixture.stemma.shell("python3 judge.py \(Self.data)/beats.json").output
            .split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
        try #require(figures.count == 3)
        #expect(figures[1] == 2273)
        #expect(figures[0] / figures[1] >= 0.99, "\(figures)")
        #expect(figures[2] <= figures[1], "nothing is found that is no beat")
        let rate = try fixture.run("load", "HeartRate", "minute=1").output
        #expect(Double(rate.dropLast()).map { (60...90).contains($0) } == true, "\(rate)")
    }
}
