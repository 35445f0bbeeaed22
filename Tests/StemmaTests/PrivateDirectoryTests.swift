import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Stemma

@Suite("Directories of single runs")
struct PrivateDirectoryTests {
    @Test("Runs that start together do not take each other's directories for leftovers")
    func together() throws {
        let directory = try TemporaryDirectory()
        let parent = directory.path
        let failures = Mutex<[String]>([])
        WorkerThreads.run(4) { number in
            for _ in 0..<400 {
                guard number < 2 else {
                    PrivateDirectory.removeLeftovers(in: parent)
                    continue
                }
                do {
                    _ = try PrivateDirectory(in: parent).folder("inputs")
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
        }
        #expect(failures.withLock { $0 } == [])
        PrivateDirectory.removeLeftovers(in: parent)
        #expect(try FileManager.default.contentsOfDirectory(atPath: parent) == [])
    }
}
